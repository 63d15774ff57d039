using System.Diagnostics;
using System.Text;
using CloudPacs.FhirServer.Operations;
using CloudPacs.Profiles;
using CloudPacs.Profiles.Isolation;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>What is judged takes no more than there is for it, and nobody else waits for it.</summary>
public sealed class ProfileWorkerTests
{
    private const string Endless = "http://test.example/endless";

    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(12);

    private static readonly ReadOnlyMemory<byte> Patient = Encoding.UTF8.GetBytes("""{"resourceType":"Patient","contact":[{"gender":"male"}]}""");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_profile_that_would_be_judged_for_hours_is_given_up_and_holds_nobody_up()
    {
        using var shelf = new DefinitionShelf(new Definitions(), TimeProvider.System, new WorkerLimits(Allowed, TimeSpan.FromMinutes(3)));
        var judge = new ProfileJudge(shelf);
        // Two processes have the definitions from here on.
        await Task.WhenAll(judge.JudgeAsync(Patient, [], Cancel), judge.JudgeAsync(Patient, [], Cancel));

        var endless = judge.JudgeAsync(Patient, [Endless], Cancel);
        var other = await judge.JudgeAsync(Patient, [], Cancel);
        Assert.False(endless.IsCompleted);
        Assert.Contains("pat-1", Assert.Single(other.Issues).Diagnostics, StringComparison.Ordinal);

        var issue = Assert.Single((await endless).Issues);
        Assert.Equal(("too-costly", "error"), (issue.Code, issue.Severity));
        Assert.Equal("Patient.contact[0]", Assert.Single((await judge.JudgeAsync(Patient, [], Cancel)).Issues).Expression);
    }

    [Fact]
    public async Task A_value_set_that_takes_too_long_or_is_not_waited_for_ends_with_its_process()
    {
        using var shelf = new DefinitionShelf(new Definitions(), TimeProvider.System, new WorkerLimits(Allowed, TimeSpan.FromMinutes(3)));
        var terminology = new Terminology(shelf);
        static string Codes(char first) => string.Join(',', Enumerable.Range(0, 19_990).Select(i => $$"""{"code":"{{first}}{{i}}"}"""));
        var excludes = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"concept":[{{Codes((char)('b' + (i % 20)))}}],"system":"urn:x"}"""));
        var set = new ValueSetSource(null, Encoding.UTF8.GetBytes($$"""
            {"resourceType":"ValueSet","status":"active",
            "compose":{"include":[{"system":"urn:x","concept":[{{Codes('a')}}]}],"exclude":[{{excludes}}] } }
            """));

        var refused = await Assert.ThrowsAsync<TerminologyException>(() => terminology.ExpandAsync(set, null, 0, null, Cancel));
        Assert.Equal("too-costly", refused.Code);

        using var gone = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => terminology.ExpandAsync(set, null, 0, null, gone.Token));
        Assert.True(watch.Elapsed < Allowed, $"It took {watch.Elapsed}.");

        var verdict = await terminology.ValidateAsync(
            new ValueSetSource("http://hl7.org/fhir/ValueSet/administrative-gender", default), [new LookedForCode(null, "male", null)], Cancel);
        Assert.True(verdict.Result);
    }

    private sealed class Definitions : ISiteDefinitions
    {
        public Task<string> StampAsync(CancellationToken cancellationToken) => Task.FromResult("1");

        public Task<ReadOnlyMemory<byte>?> FindAsync(string canonical) => Task.FromResult(
            canonical == Endless ? Encoding.UTF8.GetBytes(EndlessProfile) : default(ReadOnlyMemory<byte>?));

        private static string EndlessProfile
        {
            get
            {
                const string Ten = "(1|2|3|4|5|6|7|8|9|10).select(";
                var expression = $"{string.Concat(Enumerable.Repeat(Ten, 12))}$this{new string(')', 12)}.count() > 0";
                return $$"""
                    {"resourceType":"StructureDefinition","url":"{{Endless}}","name":"Endless","status":"active","kind":"resource","abstract":false,"type":"Patient",
                    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[{"id":"Patient","path":"Patient",
                    "constraint":[{"key":"e-1","severity":"error","human":"h","expression":"{{expression}}"}]}]} }
                    """;
            }
        }
    }
}
