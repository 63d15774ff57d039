using Microsoft.Extensions.Logging;

namespace CloudPacs.Store;

internal static partial class Log
{
    [LoggerMessage(EventId = 5101, Level = LogLevel.Information, Message = "Making a database cluster in {Folder}")]
    public static partial void MakingCluster(ILogger logger, string folder);

    [LoggerMessage(
        EventId = 5102, Level = LogLevel.Warning,
        Message = "Stopping PostgreSQL process {ProcessId}, left by an engine that ended without stopping it")]
    public static partial void StoppingLeftover(ILogger logger, int processId);

    [LoggerMessage(
        EventId = 5103, Level = LogLevel.Error, Message = "PostgreSQL ended by itself (exit code {ExitCode}); starting it again")]
    public static partial void ServerDied(ILogger logger, int exitCode);

    [LoggerMessage(EventId = 5104, Level = LogLevel.Error, Message = "PostgreSQL cannot be started; next attempt in {Delay}")]
    public static partial void RestartFailed(ILogger logger, Exception error, TimeSpan delay);

    [LoggerMessage(EventId = 5105, Level = LogLevel.Information, Message = "PostgreSQL answers on {SocketFolder}")]
    public static partial void ServerUp(ILogger logger, string socketFolder);

    [LoggerMessage(EventId = 5106, Level = LogLevel.Warning, Message = "PostgreSQL did not stop in time and is stopped at once")]
    public static partial void ImmediateStop(ILogger logger);

    [LoggerMessage(EventId = 5107, Message = "Migration: {Text}")]
    public static partial void Migration(ILogger logger, LogLevel level, string text);

    [LoggerMessage(EventId = 5108, Level = LogLevel.Warning, Message = "The unfinished cluster {Folder} cannot be removed yet")]
    public static partial void UnfinishedStays(ILogger logger, Exception error, string folder);

    [LoggerMessage(EventId = 5201, Level = LogLevel.Warning, Message = "Writer {Writer}: a batch of {Count} failed and is done in halves")]
    public static partial void BatchFailed(ILogger logger, Exception error, int writer, int count);

    [LoggerMessage(EventId = 5202, Level = LogLevel.Error, Message = "Writer {Writer}: an item cannot be committed")]
    public static partial void ItemFailed(ILogger logger, Exception error, int writer);

    [LoggerMessage(
        EventId = 5203, Level = LogLevel.Warning,
        Message = "Writer {Writer}: the database does not answer; {Count} items wait, next attempt in {Delay}")]
    public static partial void DatabaseAway(ILogger logger, Exception error, int writer, int count, TimeSpan delay);

    [LoggerMessage(EventId = 5204, Level = LogLevel.Debug, Message = "Writer {Writer}: a batch of {Count} is done again: {Reason}")]
    public static partial void BatchRepeated(ILogger logger, int writer, int count, string reason);

    [LoggerMessage(EventId = 5301, Level = LogLevel.Warning, Message = "The listener for changes of other nodes lost its connection")]
    public static partial void ListenerLost(ILogger logger, Exception error);

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "Destination {Destination} cannot be reached: {Problem}")]
    public static partial void DestinationAway(ILogger logger, string destination, string problem);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Information, Message = "Destination {Destination} answers again")]
    public static partial void DestinationBack(ILogger logger, string destination);

    [LoggerMessage(
        EventId = 6003, Level = LogLevel.Warning,
        Message = "Delivery {Delivery} to {Destination} was refused ({Answer}) and waits: cloudpacs deliveries show {Delivery}")]
    public static partial void DeliveryParked(ILogger logger, long delivery, string destination, string answer);

    [LoggerMessage(EventId = 6005, Level = LogLevel.Warning, Message = "Deliveries to {Destination} are interrupted and begin again")]
    public static partial void DeliveriesInterrupted(ILogger logger, Exception exception, string destination);
}
