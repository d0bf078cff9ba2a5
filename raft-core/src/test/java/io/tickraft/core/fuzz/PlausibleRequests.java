package io.tickraft.core.fuzz;

import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferLeader;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.TransferRejectReason;
import java.util.List;

/** The plausible messages of reads and of leadership transfer. */
final class PlausibleRequests {

  private final Dice dice;

  /** Ids that send: members, and perhaps others. */
  private final List<Long> senders;

  PlausibleRequests(Dice dice, List<Long> senders) {
    this.dice = dice;
    this.senders = senders;
  }

  /** Puts a body of a kind into a message, and its term if it has one. */
  Message next(Message.Builder message, Message.BodyCase body, Observation now, long term) {
    return switch (body) {
      case TIMEOUT_NOW -> timeoutNow(message, now, term);
      case TIMEOUT_NOW_RESPONSE ->
          message.setTerm(term).setTimeoutNowResponse(refused(last(now))).build();
      case READ_INDEX -> message.setReadIndex(ReadIndex.newBuilder().setRequest(request())).build();
      case READ_INDEX_RESPONSE ->
          message.setReadIndexResponse(readIndexResponse(request(), now)).build();
      case TRANSFER_LEADER ->
          message
              .setTransferLeader(
                  TransferLeader.newBuilder().setRequest(request()).setTarget(dice.of(senders)))
              .build();
      default -> message.setTransferLeaderResponse(transferLeaderResponse(request())).build();
    };
  }

  RequestId request() {
    return RequestId.newBuilder()
        .setIncarnation(dice.below(3))
        .setSequence(1 + dice.below(50))
        .build();
  }

  private static EntryId last(Observation now) {
    return EntryId.newBuilder()
        .setIndex(Math.max(1, now.last()))
        .setTerm(Math.max(1, now.lastTerm()))
        .build();
  }

  private Message timeoutNow(Message.Builder message, Observation now, long term) {
    EntryId last = last(now);
    if (dice.oneIn(4)) {
      last = last.toBuilder().setIndex(Math.max(1, last.getIndex() + dice.between(-1, 1))).build();
    }
    return message
        .setTerm(Math.max(term, last.getTerm()))
        .setTimeoutNow(TimeoutNow.newBuilder().setLast(last))
        .build();
  }

  private TimeoutNowResponse refused(EntryId last) {
    return TimeoutNowResponse.newBuilder()
        .setLast(last)
        .setRefused(
            TimeoutNowResponse.Refused.newBuilder()
                .setReason(TimeoutNowResponse.Reason.REASON_MAY_NOT_CAMPAIGN))
        .build();
  }

  private ReadIndexResponse readIndexResponse(RequestId request, Observation now) {
    ReadIndexResponse.Builder response = ReadIndexResponse.newBuilder().setRequest(request);
    return dice.percent(50)
        ? response
            .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(Math.max(1, now.commit())))
            .build()
        : response
            .setAborted(
                ReadIndexResponse.Aborted.newBuilder()
                    .setReasonValue(dice.below(ReadAbortReason.values().length))
                    .setLeader(dice.of(senders)))
            .build();
  }

  private TransferLeaderResponse transferLeaderResponse(RequestId request) {
    TransferLeaderResponse.Builder response =
        TransferLeaderResponse.newBuilder().setRequest(request);
    return dice.percent(30)
        ? response.setStarted(TransferLeaderResponse.Started.getDefaultInstance()).build()
        : response
            .setRejected(
                TransferLeaderResponse.Rejected.newBuilder()
                    .setReasonValue(dice.below(TransferRejectReason.values().length))
                    .setLeader(dice.of(senders)))
            .build();
  }

  /** Puts into a message what the receiver of something that the node sent might answer. */
  Message answer(Message.Builder message, Message sent, Observation now) {
    return switch (sent.getBodyCase()) {
      case READ_INDEX ->
          message
              .setReadIndexResponse(readIndexResponse(sent.getReadIndex().getRequest(), now))
              .build();
      case TRANSFER_LEADER ->
          message
              .setTransferLeaderResponse(
                  transferLeaderResponse(sent.getTransferLeader().getRequest()))
              .build();
      default -> message.setTimeoutNowResponse(refused(sent.getTimeoutNow().getLast())).build();
    };
  }
}
