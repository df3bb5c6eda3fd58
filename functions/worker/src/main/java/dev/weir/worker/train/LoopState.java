package dev.weir.worker.train;

/**
 * Where a training loop stands, apart from weights and moments.
 *
 * @param epoch from 0
 * @param position rows of the epoch's order that are done
 * @param step optimiser steps so far
 * @param sampler state of the random numbers before the epoch's order was drawn
 * @param dropout state of the random numbers of the masks
 * @param lossSum of the epoch's rows so far
 * @param bestValue of the metric that stopping looks at
 * @param waiting epochs since
 */
record LoopState(
    int epoch,
    int position,
    long step,
    long sampler,
    long dropout,
    double lossSum,
    int bestEpoch,
    double bestValue,
    int waiting,
    boolean finished) {}
