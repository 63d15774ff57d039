using Microsoft.Extensions.Logging;

namespace CloudPacs.Exchange;

/// <summary>What the log is told about other systems. No message holds a body, a name, an identifier or a date of birth.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 3111, Level = LogLevel.Error, Message = "What {Station} says of storage commitment could not be taken")]
    public static partial void CommitmentNotTaken(ILogger logger, Exception exception, string station);

    [LoggerMessage(
        EventId = 3112, Level = LogLevel.Error,
        Message = "What {Station} asks to be committed to could not be decided; it is tried again")]
    public static partial void CommitmentNotDecided(ILogger logger, Exception exception, string station);

    [LoggerMessage(
        EventId = 3113, Level = LogLevel.Information,
        Message = "Storage commitment for {Station}: {Committed} instances are committed, {Failed} are not")]
    public static partial void CommitmentDecided(ILogger logger, string station, int committed, int failed);

    [LoggerMessage(
        EventId = 3114, Level = LogLevel.Warning,
        Message = "The report of storage commitment for {Station} waits: it does not take it on its own association, and "
            + "Dicom:Destinations:{Station} does not say where it is")]
    public static partial void CommitmentHasNoAddress(ILogger logger, string station);

    [LoggerMessage(
        EventId = 3115, Level = LogLevel.Warning,
        Message = "{Station} reports a storage commitment that was not asked for, or is forgotten")]
    public static partial void ReportUnasked(ILogger logger, string station);

    [LoggerMessage(
        EventId = 3121, Level = LogLevel.Error, Message = "A stored instance that is to be forwarded to {Station} cannot be read")]
    public static partial void InstanceNotReadable(ILogger logger, Exception exception, string station);

    [LoggerMessage(EventId = 3122, Level = LogLevel.Information, Message = "{Station} has committed to {Count} forwarded instances")]
    public static partial void ArchiveCommitted(ILogger logger, string station, int count);

    [LoggerMessage(EventId = 3123, Level = LogLevel.Warning, Message = "Archive {Station}: {Problem} {Consequence}")]
    public static partial void ArchiveNotCommitted(ILogger logger, string station, string problem, string consequence);

    [LoggerMessage(
        EventId = 3131, Level = LogLevel.Warning, Message = "A notification of {Station} that instances are available: {Problem}")]
    public static partial void NoticeRefused(ILogger logger, string station, string problem);

    [LoggerMessage(
        EventId = 3132, Level = LogLevel.Error, Message = "A notification of {Station} that instances are available was not kept")]
    public static partial void NoticeNotKept(ILogger logger, Exception exception, string station);

    [LoggerMessage(
        EventId = 6004, Level = LogLevel.Warning, Message = "Destination {Destination} sent {Bytes} bytes that answer nothing that waits")]
    public static partial void AnswerUnexpected(ILogger logger, string destination, int bytes);

    [LoggerMessage(
        EventId = 6007, Level = LogLevel.Error, Message = "A message for destination {Destination} could not be made: it is parked")]
    public static partial void StatusNotMade(ILogger logger, Exception exception, string destination);

    [LoggerMessage(EventId = 6006, Level = LogLevel.Warning, Message = "The map of destination {Destination}, rule {Rule}: {Problem}")]
    public static partial void StatusFault(ILogger logger, string destination, string rule, string problem);
}
