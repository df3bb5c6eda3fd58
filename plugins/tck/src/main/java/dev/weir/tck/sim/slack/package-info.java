/**
 * Slack's side of the Events API, OAuth v2 and the Web API methods that a bot needs, as a process.
 * It speaks the documented protocol and enforces the documented limits; {@code /sim/…} drives it.
 */
@NullMarked
package dev.weir.tck.sim.slack;

import org.jspecify.annotations.NullMarked;
