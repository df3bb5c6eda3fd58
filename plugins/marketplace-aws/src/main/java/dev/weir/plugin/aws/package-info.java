/** AWS Marketplace as a channel: registration, entitlements, lifecycle events, metering. */
@NullMarked
package dev.weir.plugin.aws;

import org.jspecify.annotations.NullMarked;
