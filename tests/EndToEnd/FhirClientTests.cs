using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>FHIR clients of others: discover, create, read, update, conflict, patch, history, transaction, delete, undelete.</summary>
public sealed class FhirClientTests(SharedEngine shared)
{
    [Fact]
    public async Task A_session_of_fhir_kit_client_finds_everything_as_the_standard_has_it()
    {
        var engine = await shared.GetAsync();

        Assert.Equal("done", await Tool.RunClientAsync("fhir-kit.mjs", $"http://127.0.0.1:{engine.HttpPort}/fhir"));
    }
}
