/**
 * A reseller: a receiver of Standard Webhooks that verifies with its own code and keeps what it is
 * sent, and a sender that opens and closes its customers' accounts.
 */
@NullMarked
package dev.weir.tck.sim.partner;

import org.jspecify.annotations.NullMarked;
