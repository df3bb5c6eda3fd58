/** From an API Gateway event to a route and back, with problems as RFC 9457 says. */
@NullMarked
package dev.weir.gateway.http;

import org.jspecify.annotations.NullMarked;
