package io.tickraft.testkit.picture;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a logged event says about the state of its node. */
final class LoggedState {

  private static final Pattern ROLE =
      Pattern.compile("(follower|pre-candidate|candidate|leader) in term (\\d{1,18})\\b.*");
  private static final Pattern LEADER =
      Pattern.compile("(?:leader (\\d{1,18})|no leader known) in term (\\d{1,18})");
  private static final Pattern VOTE =
      Pattern.compile("vote granted to (\\d{1,18}) in term (\\d{1,18})");
  private static final Pattern CONFIGURATION = Pattern.compile("configuration in effect: (.+)");

  private LoggedState() {}

  /** Returns the state of a node that has just started. */
  static NodeState started(NodeState before) {
    return state("F", before.term(), before.vote(), 0, before.members());
  }

  /** Returns the state of a node after an event. A candidate has its own vote. */
  static NodeState after(NodeState before, long node, String event) {
    Matcher role = ROLE.matcher(event);
    if (role.matches()) {
      long term = Long.parseLong(role.group(2));
      String letter = role.group(1).substring(0, 1).toUpperCase(Locale.ROOT);
      boolean isLater = term > before.term();
      return state(
          letter,
          term,
          letter.equals("C") ? node : isLater ? 0 : before.vote(),
          isLater ? 0 : before.leader(),
          before.members());
    }
    Matcher leader = LEADER.matcher(event);
    if (leader.matches()) {
      long id = leader.group(1) == null ? 0 : Long.parseLong(leader.group(1));
      return state(
          roleOf(before), Long.parseLong(leader.group(2)), before.vote(), id, before.members());
    }
    Matcher vote = VOTE.matcher(event);
    if (vote.matches()) {
      return state(
          roleOf(before),
          Long.parseLong(vote.group(2)),
          Long.parseLong(vote.group(1)),
          before.leader(),
          before.members());
    }
    Matcher configuration = CONFIGURATION.matcher(event);
    String members = configuration.matches() ? configuration.group(1) : before.members();
    return state(roleOf(before), before.term(), before.vote(), before.leader(), members);
  }

  private static String roleOf(NodeState before) {
    return before.role().isEmpty() ? "F" : before.role();
  }

  private static NodeState state(String role, long term, long vote, long leader, String members) {
    return new NodeState(
        true, role, term, vote, leader, 0, 0, 0, 0, members, 0, "", "", "", "", "");
  }
}
