/**
 * AWS Marketplace as far as a seller of a SaaS product meets it: subscription, registration token,
 * ResolveCustomer, GetEntitlements, BatchMeterUsage and lifecycle events, with the documented
 * limits enforced. Where the documentation contradicts itself the behaviour is a switch ({@link
 * dev.weir.tck.sim.aws.Mode}), so that a plugin can be shown to be right under every reading.
 *
 * <p>It shares no code with Weir or its plugins: request signatures are verified by {@link
 * dev.weir.tck.sim.aws.SigV4}.
 */
@NullMarked
package dev.weir.tck.sim.aws;

import org.jspecify.annotations.NullMarked;
