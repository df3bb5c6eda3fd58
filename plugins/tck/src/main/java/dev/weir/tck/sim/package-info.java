/**
 * What every simulator of the other side stands on: an HTTP server, files that keep what was sent,
 * a clock that can be moved. It shares nothing with Weir's core or with the plugins.
 */
@NullMarked
package dev.weir.tck.sim;

import org.jspecify.annotations.NullMarked;
