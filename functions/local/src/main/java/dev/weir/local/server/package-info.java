/** The Lambda handlers behind one HTTP server: routing, queue pumps, the schedule, the clock. */
@NullMarked
package dev.weir.local.server;

import org.jspecify.annotations.NullMarked;
