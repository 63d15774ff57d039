namespace CloudPacs.Integration.Hosting;

/// <summary>Something outside the settings keeps the engine or a verb from running; the message says what and how to mend it.</summary>
internal sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
