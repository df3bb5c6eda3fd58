package dev.weir.tck.sim.aws;

import java.util.Set;

/**
 * A listing.
 *
 * @param identity how its buyers are told apart
 */
record Product(String code, Set<String> dimensions, Identity identity) {

  enum Identity {
    /** Listed after 2026-06-01: account and LicenseArn only. */
    LICENSE,
    /** Listed before and never migrated: CustomerIdentifier and ProductCode. */
    LEGACY,
    /** Listed before and migrated: both are answered, both are accepted. */
    BOTH
  }
}
