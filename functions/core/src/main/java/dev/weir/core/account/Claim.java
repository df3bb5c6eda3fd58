package dev.weir.core.account;

import java.util.Optional;

/** A code's row: whose agreement it opens, and the key that it was exchanged for. */
record Claim(String agreementId, Optional<String> redeemedKeyId) {}
