package io.tickraft.architecture.sample.core.membership;

import io.tickraft.architecture.sample.core.progress.Progress;

/** Breaks: membership knows quorums. */
record MembershipUsingProgress(Progress progress) {}
