package io.tickraft.core.raft;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.membership.ConfChanger;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.EntryType;

/**
 * The membership changes that a leader appends: those of its host, one at a time, and the one that
 * leaves a joint configuration (Raft paper, section 6; thesis 4.1 and 4.3).
 */
final class ChangeProposals {

  private ChangeProposals() {}

  /**
   * Appends a change, if it can be made in the configuration in effect and none is pending.
   *
   * @param evenWithoutEffect whether the change may remove only nodes that are not members
   */
  static ConfChangeResult propose(
      NodeState node, OwnEntries own, ConfChange change, boolean evenWithoutEffect) {
    if (node.transfer.isInProgress()) {
      return rejected(
          node, ConfChangeResult.Reason.TRANSFERRING, "a leadership transfer is in progress");
    }
    long bytes = MessageSizes.of(change);
    if (bytes > node.config.maxEntryBytes()) {
      return rejected(
          node,
          ConfChangeResult.Reason.TOO_LARGE,
          "the change has "
              + bytes
              + " bytes, and maxEntryBytes is "
              + node.config.maxEntryBytes());
    }
    if (node.log.hasPendingChange()) {
      return rejected(
          node, ConfChangeResult.Reason.PENDING, "another membership change is not applied yet");
    }
    if (ConfChanger.change(node.configuration(), change)
        instanceof ConfChanger.Result.Impossible impossible) {
      return rejected(node, ConfChangeResult.Reason.INVALID, impossible.problem());
    }
    if (!evenWithoutEffect && ConfChanger.removesOnlyStrangers(node.configuration(), change)) {
      return rejected(
          node,
          ConfChangeResult.Reason.NO_EFFECT,
          "the change removes only nodes that are not members, such as "
              + change.getChanges(0).getNode());
    }
    if (OwnEntries.isDiskBehind(node)) {
      return rejected(
          node,
          ConfChangeResult.Reason.UNSTABLE_LIMIT,
          "too many bytes wait for the leader's disk");
    }
    own.append(node, EntryType.ENTRY_TYPE_CONF_CHANGE, change.toByteString());
    return new ConfChangeResult.Accepted(node.term(), node.log.lastIndex());
  }

  static ConfChangeResult rejected(NodeState node, ConfChangeResult.Reason reason, String problem) {
    return new ConfChangeResult.Rejected(reason, node.id(), problem);
  }

  /**
   * Appends the change that leaves a joint configuration with auto-leave, unless a change is
   * pending. Waits until a leadership transfer has ended: otherwise the target would never hold all
   * that the leader holds.
   */
  static void leaveJointIfDue(NodeState node, OwnEntries own) {
    if (node.configuration().confState().getAutoLeave()
        && !node.log.hasPendingChange()
        && !node.transfer.isInProgress()) {
      own.append(node, EntryType.ENTRY_TYPE_CONF_CHANGE, ConfChanges.leave().toByteString());
    }
  }
}
