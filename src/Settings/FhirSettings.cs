namespace CloudPacs.Settings;

/// <summary>What clients of the FHIR endpoint may do, and how much of it.</summary>
public sealed class FhirSettings
{
    /// <summary>
    /// Requests a second of one client, and five times as many after a pause; more are answered with 429. A client is known by its address,
    /// behind a proxy on this machine by what that adds to X-Forwarded-For. 0 = any number.
    /// </summary>
    public int RequestsPerSecond { get; set; } = 1000;

    /// <summary>Requests that are worked on at the same time.</summary>
    public int ConcurrentRequests { get; set; } = 256;

    /// <summary>Requests that wait for their turn; more are answered with 503.</summary>
    public int WaitingRequests { get; set; } = 1024;

    /// <summary>
    /// Memory for resources that are read again, in megabytes; 0 = none. Nothing is kept of a database server that several engines may use.
    /// </summary>
    public int CacheMegabytes { get; set; } = 32;

    /// <summary>Most resources that one conditional delete takes; with 1, criteria that more meet are refused.</summary>
    public int DeleteLimit { get; set; } = 1;

    /// <summary>Whether what clients write is judged by the profiles that it says to meet, and refused when it does not.</summary>
    public bool JudgeProfiles { get; set; }
}
