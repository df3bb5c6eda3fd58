/** The vendor's API, {@code /control/v1}: one class for each kind of resource. */
@NullMarked
package dev.weir.gateway.control;

import org.jspecify.annotations.NullMarked;
