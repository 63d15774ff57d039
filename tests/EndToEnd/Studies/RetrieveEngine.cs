using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

[assembly: AssemblyFixture(typeof(CloudPacs.EndToEnd.Tests.Studies.RetrieveEngine))]

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// One engine for the tests of retrieval, behind a proxy; it sends to one storescp, and two stations are of different facilities.
/// </summary>
public sealed class RetrieveEngine : IAsyncDisposable
{
    public const string North = "NORTH1", South = "SOUTH1", Destination = "STORESCP", Reserved = "RESERVED", FacilityHeader = "X-Facility",
        PublicAddress = "https://pacs.hospital.test/outer", Origin = "https://viewer.hospital.test";
    private readonly Lazy<Task<TestedEngine>> _engine;

    public RetrieveEngine() => _engine = new(async () => await EngineInside.StartNewAsync(
        ("HTTP__FACILITYHEADER", FacilityHeader), ("HTTP__PUBLICADDRESS", PublicAddress), ("HTTP__ORIGINS__0", Origin),
        ($"DICOM__STATIONS__{North}__FACILITY", "North"), ($"DICOM__STATIONS__{South}__FACILITY", "South"),
        ($"DICOM__DESTINATIONS__{Destination}__HOST", "127.0.0.1"), ($"DICOM__DESTINATIONS__{Destination}__PORT", $"{DestinationPort}"),
        ($"DICOM__DESTINATIONS__{Reserved}__HOST", "127.0.0.1"), ($"DICOM__DESTINATIONS__{Reserved}__PORT", $"{DestinationPort}"),
        ($"DICOM__DESTINATIONS__{Reserved}__CALLERS__0", "OTHER")));

    /// <summary>Where the tests start the destination.</summary>
    public int DestinationPort { get; } = Ports.Free();

    internal Task<TestedEngine> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }
}
