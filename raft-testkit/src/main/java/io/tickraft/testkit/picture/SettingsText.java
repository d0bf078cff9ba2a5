package io.tickraft.testkit.picture;

import io.tickraft.core.RaftConfig;

/** The settings of a node that a reader of its run needs most often, in words. */
final class SettingsText {

  private SettingsText() {}

  static String of(RaftConfig config) {
    return "election timeout "
        + config.electionTicks()
        + " ticks, heartbeat "
        + config.heartbeatTicks()
        + (config.heartbeatTicks() == 1 ? " tick" : " ticks")
        + ", pre-vote "
        + onOff(config.preVote())
        + ", quorum check "
        + onOff(config.checkQuorum())
        + (config.priority() == 0 ? "" : ", priority " + config.priority())
        + ", "
        + (config.maxInflightAppends() == 1
            ? "1 append in flight"
            : config.maxInflightAppends() + " appends in flight")
        + ", "
        + (config.maxOutstandingReadys() == 1
            ? "1 Ready outstanding"
            : config.maxOutstandingReadys() + " Readys outstanding")
        + ", forwarding "
        + onOff(config.forwardProposals())
        + ", step-down on removal "
        + onOff(config.stepDownOnRemoval());
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }
}
