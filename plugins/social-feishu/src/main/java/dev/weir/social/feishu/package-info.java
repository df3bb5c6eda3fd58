/** Feishu and Lark as a channel: encrypted events in, replies out, tokens of a store app. */
@NullMarked
package dev.weir.social.feishu;

import org.jspecify.annotations.NullMarked;
