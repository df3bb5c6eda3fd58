/**
 * Configured channels, what happens on them, and what they must deliver and report: the words
 * between the gateway and the hosts of channels.
 */
@NullMarked
package dev.weir.core.channel;

import org.jspecify.annotations.NullMarked;
