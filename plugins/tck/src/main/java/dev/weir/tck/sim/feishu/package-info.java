/**
 * Feishu's side of encrypted event callbacks, store-application tokens and messages, as a process.
 * It speaks the documented protocol and enforces the documented limits; {@code /sim/…} drives it.
 */
@NullMarked
package dev.weir.tck.sim.feishu;

import org.jspecify.annotations.NullMarked;
