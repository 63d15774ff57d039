using System.Text.Json.Nodes;
using CloudPacs.Resources;
using CloudPacs.Store;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Studies;

/// <summary>The Endpoint that ImagingStudies refer to.</summary>
public class EndpointTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly Workspace _workspace = new(new IdSource(TimeProvider.System));

    [Fact]
    public void Another_address_is_another_version_and_the_same_one_is_none()
    {
        EndpointResource.Write(_workspace, "http://one.test/dicomweb", Now);
        EndpointResource.Write(_workspace, "http://one.test/dicomweb", Now.AddDays(1));
        EndpointResource.Write(_workspace, "https://two.test/dicomweb", Now.AddDays(2));

        Assert.Equal([1, 2], _workspace.FhirWrites.Select(static row => row.Version));
        Assert.Equal(["http://one.test/dicomweb", "https://two.test/dicomweb"], _workspace.FhirWrites.Select(static row => (string?)JsonNode.Parse(row.Content.Span)!["address"]));
        Assert.All(_workspace.FhirWrites, row => Assert.Equal(EndpointResource.IdOf(_workspace.InstallationNamespace).ToString(), row.Id));
    }

    [Fact]
    public void It_says_how_studies_are_fetched()
    {
        EndpointResource.Write(_workspace, "http://one.test/dicomweb", Now);

        var endpoint = JsonNode.Parse(_workspace.FhirWrites[0].Content.Span)!;
        Assert.Equal("dicom-wado-rs", (string?)endpoint["connectionType"]!["code"]);
        Assert.Equal("113014", (string?)endpoint["payloadType"]![0]!["coding"]![0]!["code"]);
    }
}
