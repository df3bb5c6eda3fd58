/** Sealed hours to money: rating, ledger, reports, statements, explanations. */
@NullMarked
package dev.weir.core.bill;

import org.jspecify.annotations.NullMarked;
