/** Slack as a channel: OAuth v2 install, Events API in, {@code chat.postMessage} out. */
@NullMarked
package dev.weir.social.slack;

import org.jspecify.annotations.NullMarked;
