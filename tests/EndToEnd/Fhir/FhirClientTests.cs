using System.Net;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>
/// FHIR clients of others: discover, create, read, search, page, update of a version, conflict, patch, history, transaction, delete, undelete.
/// </summary>
public sealed class FhirClientTests(SharedEngine shared)
{
    [Theory]
    [InlineData("fhir-kit.mjs")]
    [InlineData("fhirclient.mjs")]
    public async Task A_session_of_a_client_of_node_finds_everything_as_the_standard_has_it(string script)
    {
        Assert.Equal("done", await Tool.RunClientAsync(script, await AddressAsync()));
    }

    [Theory]
    [InlineData(ResourceFormat.Json)]
    [InlineData(ResourceFormat.Xml)]
    public async Task A_session_of_the_client_of_Firely_finds_everything_as_the_standard_has_it(ResourceFormat format)
    {
        using var client = new FhirClient(await AddressAsync(), new FhirClientSettings
        {
            PreferredFormat = format, VerifyFhirVersion = true, UseFhirVersionInAcceptHeader = true, ReturnPreference = ReturnPreference.Representation,
        });
        var statement = await client.CapabilityStatementAsync();
        Assert.Equal(FHIRVersion.N4_0_1, statement!.FhirVersion);
        Assert.Contains(statement.Rest[0]!.Resource, static type => type!.Type == "Organization" && type.Interaction.Exists(static one => one!.Code == CapabilityStatement.TypeRestfulInteraction.Patch));

        var system = $"urn:firely:{format}";
        var created = await client.CreateAsync(Named("Radiology", system));
        Assert.Equal("1", created!.Meta!.VersionId);
        Assert.True(created.IsExactly((await client.ReadAsync<Organization>($"Organization/{created.Id}"))!));
        Assert.Equal(created.Id, (await client.ConditionalCreateAsync(Named("Radiology", system), new SearchParams("identifier", $"{system}|Radiology")))!.Id);

        created.Name = "Imaging";
        var updated = await client.UpdateAsync(created, versionAware: true);
        Assert.Equal(("2", "Imaging"), (updated!.Meta!.VersionId, updated.Name));
        created.Meta = new Meta { VersionId = "1" };
        await RefusedAsync(HttpStatusCode.PreconditionFailed, () => client.UpdateAsync(created, versionAware: true));
        await RefusedAsync(HttpStatusCode.NotFound, () => client.ReadAsync<Organization>("Organization/none"));

        var patch = new Parameters().AddReplacePatchParameter("Organization.name", new FhirString("X-ray")).AddAddPatchParameter("Organization", "active", new FhirBoolean(true));
        var patched = await client.PatchAsync<Organization>(created.Id!, patch);
        Assert.Equal(("3", "X-ray", true), (patched!.Meta!.VersionId, patched.Name, patched.Active));
        Assert.Equal("Imaging", (await client.ReadAsync<Organization>($"Organization/{created.Id}/_history/2"))!.Name);

        await TransactAsync(client, system);
        await PageAsync(client, system);

        await client.DeleteAsync($"Organization/{created.Id}");
        await RefusedAsync(HttpStatusCode.Gone, () => client.ReadAsync<Organization>($"Organization/{created.Id}"));
        created.Name = "Again";
        Assert.Equal("5", (await client.UpdateAsync(created))!.Meta!.VersionId);
        var history = await client.HistoryAsync($"Organization/{created.Id}");
        Assert.Equal(["5", null, "3", "2", "1"], history!.Entry.Select(static entry => entry!.Resource?.Meta!.VersionId));
    }

    /// <summary>A member of staff and the role that refers to it, then both read by a batch.</summary>
    private static async Task TransactAsync(FhirClient client, string system)
    {
        const string Temporary = "urn:uuid:c757873d-ec9a-4326-a141-556f43239520";
        var made = await client.TransactionAsync(new Bundle
        {
            Type = Bundle.BundleType.Transaction,
            Entry =
            [
                new() { FullUrl = Temporary, Resource = new Practitioner { Active = true }, Request = new() { Method = Bundle.HTTPVerb.POST, Url = "Practitioner" } },
                new() { Resource = new PractitionerRole { Practitioner = new(Temporary) }, Request = new() { Method = Bundle.HTTPVerb.POST, Url = "PractitionerRole" } },
                .. Enumerable.Range(1, 4).Select(number => new Bundle.EntryComponent { Resource = Named($"Ward {number}", system), Request = new() { Method = Bundle.HTTPVerb.POST, Url = "Organization" } }),
            ],
        });
        var (staff, role) = (Assert.IsType<Practitioner>(made!.Entry[0]!.Resource), Assert.IsType<PractitionerRole>(made.Entry[1]!.Resource));
        Assert.Equal($"Practitioner/{staff.Id}", role.Practitioner!.Reference);
        var batch = await client.TransactionAsync(new Bundle
        {
            Type = Bundle.BundleType.Batch,
            Entry = [.. new[] { $"PractitionerRole/{role.Id}", "PractitionerRole/none" }.Select(static url => new Bundle.EntryComponent { Request = new() { Method = Bundle.HTTPVerb.GET, Url = url } })],
        });
        Assert.Equal(["200", "404"], batch!.Entry.Select(static entry => entry!.Response!.Status![..3]));
        var found = await client.SearchAsync<PractitionerRole>(new SearchParams("practitioner", staff.Id!).Include("PractitionerRole:practitioner"));
        Assert.Equal([role.Id, staff.Id], found!.Entry.Select(static entry => entry!.Resource!.Id));
    }

    private static async Task PageAsync(FhirClient client, string system)
    {
        var names = new List<string>();
        var parameters = new SearchParams().Where($"identifier={system}|").OrderBy("name").LimitTo(2);
        for (var page = await client.SearchAsync<Organization>(parameters); page is not null; page = await client.ContinueAsync(page))
        {
            Assert.InRange(page.Entry.Count, 1, 2);
            names.AddRange(page.Entry.Select(static entry => ((Organization)entry!.Resource!).Name!));
        }

        Assert.Equal(["Ward 1", "Ward 2", "Ward 3", "Ward 4", "X-ray"], names);
        Assert.Equal(5, (await client.SearchUsingPostAsync<Organization>([$"identifier={system}|"], summary: SummaryType.Count))!.Total);
    }

    private static Organization Named(string name, string system) => new() { Name = name, Identifier = [new Identifier(system, name)] };

    private static async Task RefusedAsync(HttpStatusCode status, Func<Task> callAsync)
    {
        var refusal = await Assert.ThrowsAsync<FhirOperationException>(callAsync);
        Assert.Equal(status, refusal.Status);
        Assert.NotEmpty(refusal.Outcome!.Issue);
    }

    private async Task<string> AddressAsync() => $"http://127.0.0.1:{(await shared.GetAsync()).HttpPort}/fhir";
}
