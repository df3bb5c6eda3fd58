package dev.weir.local.simulate.disk;

import java.io.IOException;

/** The open folder; forcing it makes its names last. */
final class FolderChannel extends DiskChannel {

  private final Disk disk;

  FolderChannel(Disk disk) {
    super(disk, new StoredFile());
    this.disk = disk;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    disk.forceNames();
  }
}
