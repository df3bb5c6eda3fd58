package dev.weir.loader;

/** Why a plugin is not loaded, in the order in which it is looked at. */
public enum Refusal {
  /** The file cannot be read. */
  UNREADABLE,
  /** More bytes or entries than {@link Limits} allows. */
  TOO_LARGE,
  /** The file's SHA-512 is not the one that was pinned. */
  WRONG_HASH,
  /** There is no detached signature beside the jar. */
  SIGNATURE_MISSING,
  /** No trusted key made the signature over these bytes. */
  SIGNATURE_WRONG,
  /** The file is no readable zip. */
  BROKEN_JAR,
  /** The jar brings classes of the SPI, of PF4J or of JSpecify, which only the host provides. */
  BUNDLES_SPI,
  /** {@code channel.properties} is absent, malformed or says something unknown. */
  MANIFEST,
  /** The plugin needs another version of the SPI. */
  API_UNSATISFIED,
  /** The manifest's id is not the jar's, not the one asked for, or malformed. */
  WRONG_ID,
  /** Another plugin with this id is loaded already. */
  DUPLICATE_ID,
  /** A class file is newer than this Java. */
  CLASS_TOO_NEW,
  /** {@code META-INF/extensions.idx} is absent or empty: PF4J's processor did not run. */
  NO_INDEX,
  /** The index names more than one factory. */
  SEVERAL_FACTORIES,
  /** The factory cannot be loaded or made, or is no {@code ChannelFactory}. */
  FACTORY_BROKEN,
  /** A setting is absent, unknown or of the wrong type. */
  SETTINGS,
  /** {@code open} failed. */
  OPEN_FAILED,
  /** The facets are not the capabilities that the manifest declares. */
  FACETS_DIFFER
}
