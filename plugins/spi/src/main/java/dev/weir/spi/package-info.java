/**
 * What a partner compiles against. Nothing here refers to anything but the JDK, JSpecify and PF4J's
 * marker interface.
 *
 * <p>A channel declares what it can do twice: statically in {@code
 * META-INF/weir/channel.properties} and by the facets that {@link dev.weir.spi.Channel} returns.
 * The host refuses a plugin whose two answers differ. Everything is non-null unless marked
 * otherwise.
 */
@NullMarked
package dev.weir.spi;

import org.jspecify.annotations.NullMarked;
