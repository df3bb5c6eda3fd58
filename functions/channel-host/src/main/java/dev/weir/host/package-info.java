/**
 * Runs one channel: webhooks, onboarding, deliveries and reports. The only place where the SPI's
 * words and core's meet.
 */
@NullMarked
package dev.weir.host;

import org.jspecify.annotations.NullMarked;
