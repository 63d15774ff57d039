using CloudPacs.EndToEnd.Tests.Commitment;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

[assembly: AssemblyFixture(typeof(CommitmentEngine))]

namespace CloudPacs.EndToEnd.Tests.Commitment;

/// <summary>
/// One engine for the tests of storage commitment, forwarding and availability: MOD1 and RIS1 are told at a port where dcmjs listens, ORTHANC and
/// ARCHIVE are at others; NORTH1 and SOUTH1 are of different facilities, without an address; what FWD1 and FWD2 send is forwarded.
/// </summary>
public sealed class CommitmentEngine : IAsyncDisposable
{
    public const string Modality = "MOD1", Late = "LATE1", Orthanc = "ORTHANC", Separate = "SEPARATE1", North = "NORTH1", South = "SOUTH1";
    public const string Archive = "ARCHIVE", ToOrthanc = "FWD1", ToArchive = "FWD2", Told = "RIS1";
    private readonly Lazy<Task<TestedEngine>> _engine;
    private readonly Lazy<Task<DcmjsListener>> _listener;

    public CommitmentEngine()
    {
        var port = Ports.Free();
        _listener = new(() => DcmjsListener.StartAsync(port));
        _engine = new(async () => await EngineInside.StartNewAsync(
        [
            ("DICOM__COMMITMENTGRACE", "00:00:03"),
            .. At(Modality, port), .. At(Separate, port), .. Patient(Modality), .. Patient(Separate), .. Patient(Told),
            ($"DICOM__DESTINATIONS__{Separate}__REPORTSEPARATELY", "true"),
            .. At(Orthanc, OrthancPort), .. Patient(Orthanc), ($"DICOM__DESTINATIONS__{Orthanc}__ASKCOMMITMENT", "true"),
            .. At(Archive, ArchivePort), .. Patient(Archive), ($"DICOM__DESTINATIONS__{Archive}__ASKCOMMITMENT", "true"),
            ($"DICOM__STATIONS__{ToOrthanc}__FORWARDTO", Orthanc), ($"DICOM__STATIONS__{ToArchive}__FORWARDTO", Archive),
            ("DICOM__COMMITMENTPATIENCE", "00:00:10"),
            .. At(Told, port), ($"DICOM__DESTINATIONS__{Told}__NOTIFYAVAILABILITY", "true"), ("DICOM__AVAILABILITYPAUSE", "00:00:02"),
            ($"DICOM__STATIONS__{North}__FACILITY", "North"), ($"DICOM__STATIONS__{South}__FACILITY", "South"),
        ]));
    }

    /// <summary>Where a test lets LATE1 come.</summary>
    public int LatePort { get; } = Ports.Free();

    public int ArchivePort { get; } = Ports.Free();

    public int OrthancPort { get; } = Ports.Free();

    internal Task<TestedEngine> GetAsync() => _engine.Value;

    internal Task<DcmjsListener> ListenerAsync() => _listener.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
        if (_listener.IsValueCreated) await (await _listener.Value).DisposeAsync();
    }

    // One that is away is asked for again soon.
    private static (string, string)[] Patient(string title) => [($"DICOM__DESTINATIONS__{title}__LONGESTPAUSE", "00:00:01")];

    private static (string, string)[] At(string title, int port) =>
        [($"DICOM__DESTINATIONS__{title}__HOST", "127.0.0.1"), ($"DICOM__DESTINATIONS__{title}__PORT", $"{port}")];
}
