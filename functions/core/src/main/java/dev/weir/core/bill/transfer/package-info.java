/**
 * Accounts and transfers between them, with the semantics of TigerBeetle's state machine: two
 * phases, limits, balancing, linked chains, idempotent ids, and its names for results.
 */
@NullMarked
package dev.weir.core.bill.transfer;

import org.jspecify.annotations.NullMarked;
