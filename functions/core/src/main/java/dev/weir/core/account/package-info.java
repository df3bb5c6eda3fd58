/** Customers, agreements and their API keys. */
@NullMarked
package dev.weir.core.account;

import org.jspecify.annotations.NullMarked;
