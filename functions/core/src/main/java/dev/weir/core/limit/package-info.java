/** Who may call how much: rates, quotas and budgets, checked when a call is made. */
@NullMarked
package dev.weir.core.limit;

import org.jspecify.annotations.NullMarked;
