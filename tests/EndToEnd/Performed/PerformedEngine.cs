using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Performed;
using Xunit;

[assembly: AssemblyFixture(typeof(PerformedEngine))]

namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>
/// One engine for the tests of performed steps; STRICT1 is a station whose reports must have all that the standard asks for, and of two
/// others a change is kept although its step has not been created.
/// </summary>
public sealed class PerformedEngine : IAsyncDisposable
{
    public const string Strict = "STRICT1";
    public const string Lenient = "CT7";

    /// <summary>A change of an unknown step is kept and answered with 0112.</summary>
    public const string Keeping = "KEEPING1";

    /// <summary>A change of an unknown step is kept and answered with 0000.</summary>
    public const string Accepting = "ACCEPTING1";
    private readonly Lazy<Task<EngineProcess>> _engine = new(() => EngineProcess.StartNewAsync(
        ($"DICOM__STATIONS__{Strict}__STRICTMPPS", "true"), ($"DICOM__STATIONS__{Keeping}__MPPSWITHOUTCREATE", "keep"),
        ($"DICOM__STATIONS__{Accepting}__MPPSWITHOUTCREATE", "accept")));

    internal Task<EngineProcess> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }
}
