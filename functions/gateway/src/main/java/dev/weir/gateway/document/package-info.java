/** Invoices, credit notes and payout statements as PDF, in Chinese and English. */
@NullMarked
package dev.weir.gateway.document;

import org.jspecify.annotations.NullMarked;
