using System.Net;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Integration;

/// <summary>Every log message of the engine. None holds a message body, a name, an identifier or a date of birth.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "{Protocol} listens on {EndPoint}")]
    public static partial void Listening(ILogger logger, string protocol, EndPoint endPoint);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Ready: {Entries} worklist entries, maps {MapVersion}")]
    public static partial void Ready(ILogger logger, int entries, string mapVersion);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Information, Message = "Stopping: no new connections, messages in flight finish")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(
        EventId = 1005, Level = LogLevel.Warning,
        Message = "The stop is cut short: the database does not answer. What was not acknowledged is sent again by its sender")]
    public static partial void StopCutShort(ILogger logger);

    [LoggerMessage(
        EventId = 1006, Level = LogLevel.Warning, Message = "Site:Name is {Site}, but there is no folder {Folder}: the base maps serve")]
    public static partial void SiteWithoutMaps(ILogger logger, string site, string folder);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "MLLP listener {Listener}: connection {Connection} failed")]
    public static partial void MllpConnectionFailed(ILogger logger, Exception exception, string listener, long connection);

    [LoggerMessage(
        EventId = 2002, Level = LogLevel.Warning,
        Message = "MLLP listener {Listener}: connection {Connection} sent {Bytes} bytes that are no frame ({Fault}); "
            + "{LeftOut} like it before were not logged")]
    public static partial void MllpFault(ILogger logger, string listener, long connection, long bytes, string fault, long leftOut);

    [LoggerMessage(
        EventId = 2003, Level = LogLevel.Warning,
        Message = "MLLP listener {Listener}: connection {Connection} sent a frame without content; "
            + "{LeftOut} like it before were not logged")]
    public static partial void MllpFrameEmpty(ILogger logger, string listener, long connection, long leftOut);

    [LoggerMessage(
        EventId = 2004, Level = LogLevel.Warning,
        Message = "MLLP listener {Listener} is full: a connection from {Remote} was refused; {LeftOut} like it before were not logged")]
    public static partial void MllpConnectionRefused(ILogger logger, string listener, EndPoint? remote, long leftOut);

    [LoggerMessage(
        EventId = 2005, Level = LogLevel.Warning,
        Message = "MLLP listener {Listener} is full: an idle connection of {Displaced}, which has most, was closed for one from {Remote}; "
            + "{LeftOut} like it before were not logged")]
    public static partial void MllpConnectionDisplaced(
        ILogger logger, string listener, EndPoint? displaced, EndPoint? remote, long leftOut);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "Message {Message} from {Sender} was refused: {Code} at {Location}")]
    public static partial void MessageRefused(ILogger logger, Guid message, string sender, int code, string location);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Message {Message} could not be applied: a fault of the engine")]
    public static partial void MessageFailed(ILogger logger, Exception exception, Guid message);

    [LoggerMessage(
        EventId = 2103, Level = LogLevel.Warning, Message = "Message {Message} was answered AR 207: the database is not available")]
    public static partial void DatabaseUnavailable(ILogger logger, Guid message);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Accepted {Association}")]
    public static partial void AssociationAccepted(ILogger logger, AssociationInfo association);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Rejected {Association}: {Rejection}")]
    public static partial void AssociationRejected(ILogger logger, AssociationInfo association, AssociationRejection rejection);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Information, Message = "Ended {Association}: {End}")]
    public static partial void AssociationEnded(ILogger logger, AssociationInfo association, string end);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error, Message = "{Operation} failed on {Association}")]
    public static partial void DicomOperationFailed(ILogger logger, Exception exception, string operation, AssociationInfo association);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "DICOM connection from {Remote} came to nothing: {Reason}")]
    public static partial void DicomConnectionFailed(ILogger logger, EndPoint? remote, string reason);

    [LoggerMessage(
        EventId = 3007, Level = LogLevel.Information,
        Message = "What {Station} reports of a performed step is {Problem}: {Text}")]
    public static partial void PerformedProblem(ILogger logger, string station, string problem, string text);

    [LoggerMessage(
        EventId = 3008, Level = LogLevel.Information,
        Message = "The performed step that {Station} begins lacks {Attributes}, which the standard asks for (type 2)")]
    public static partial void PerformedIncomplete(ILogger logger, string station, string attributes);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "An instance that {Station} sent could not be kept")]
    public static partial void InstanceNotKept(ILogger logger, Exception exception, string station);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "An instance that {Station} sent has {Problem}: {Text}")]
    public static partial void InstanceProblem(ILogger logger, string station, string problem, string text);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "{Station} may not have studies sent to {Destination}: A801")]
    public static partial void MoveRefused(ILogger logger, string station, string destination);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Maps {Version} are active")]
    public static partial void MapsActive(ILogger logger, string version);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "Faulty maps; {Version} stay active. {Diagnostic}")]
    public static partial void MapsFaulty(ILogger logger, string version, string diagnostic);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "{Count} worklist entries expired")]
    public static partial void EntriesExpired(ILogger logger, int count);

    [LoggerMessage(
        EventId = 5003, Level = LogLevel.Warning,
        Message = "The certificate of {Key} is valid until {End:yyyy-MM-dd}: {Days} days are left. Renew it")]
    public static partial void CertificateEnds(ILogger logger, string key, DateTime end, int days);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Error, Message = "The certificate of {Key} cannot be read")]
    public static partial void CertificateUnreadable(ILogger logger, Exception exception, string key);

    [LoggerMessage(EventId = 5005, Level = LogLevel.Information, Message = "The certificate of {Key} was renewed and is taken")]
    public static partial void CertificateTaken(ILogger logger, string key);

    [LoggerMessage(
        EventId = 5006, Level = LogLevel.Error,
        Message = "The new certificate of {Key} cannot be used, and the one before goes on")]
    public static partial void CertificateLeft(ILogger logger, Exception exception, string key);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Error, Message = "{Task} failed and will be tried again")]
    public static partial void UpkeepFailed(ILogger logger, Exception exception, string task);

    [LoggerMessage(EventId = 7001, Level = LogLevel.Warning, Message = "{Fault}")]
    public static partial void ArchiveFailed(ILogger logger, string fault);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Information, Message = "The archive {Archive} answers again")]
    public static partial void ArchiveAnswers(ILogger logger, string archive);

    [LoggerMessage(
        EventId = 7003, Level = LogLevel.Warning,
        Message = "The archive {Archive} does not list {Count} instances of a study any more: they are not shown")]
    public static partial void InstancesMissing(ILogger logger, string archive, int count);

    [LoggerMessage(
        EventId = 7004, Level = LogLevel.Warning,
        Message = "The archive {Archive} lists {Count} instances of a study without all of their UIDs: they are left out")]
    public static partial void InstancesUnnamed(ILogger logger, string archive, int count);

    [LoggerMessage(EventId = 7010, Level = LogLevel.Information, Message = "The time of {Count} studies is over: they are deleted")]
    public static partial void StudiesExpired(ILogger logger, int count);

    [LoggerMessage(
        EventId = 7011, Level = LogLevel.Information, Message = "The bytes of {Count} instances that were deleted or rejected are erased")]
    public static partial void InstancesErased(ILogger logger, int count);

    [LoggerMessage(
        EventId = 7012, Level = LogLevel.Warning,
        Message = "The disk of the archive has {Free} bytes free; below {Reserve} instances are refused. Make room")]
    public static partial void RoomShort(ILogger logger, long free, long reserve);

    [LoggerMessage(
        EventId = 7015, Level = LogLevel.Warning,
        Message = "{Count} studies wait for a person, the oldest since {Since:yyyy-MM-dd HH:mm}: see 'cloudpacs studies list'")]
    public static partial void StudiesUndecided(ILogger logger, long count, DateTimeOffset since);

    [LoggerMessage(EventId = 7013, Level = LogLevel.Error, Message = "The disk of the archive failed: {Fault}")]
    public static partial void DiskSuspect(ILogger logger, string fault);

    [LoggerMessage(
        EventId = 7014, Level = LogLevel.Error,
        Message = "The bytes of {Count} instances of a study are lost or damaged: they are not shown until they are stored again")]
    public static partial void InstancesDamaged(ILogger logger, int count);
}
