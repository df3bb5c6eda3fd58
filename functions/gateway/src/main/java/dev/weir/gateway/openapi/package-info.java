/** The OpenAPI document, made of what each API says of its routes and of the records themselves. */
@NullMarked
package dev.weir.gateway.openapi;

import org.jspecify.annotations.NullMarked;
