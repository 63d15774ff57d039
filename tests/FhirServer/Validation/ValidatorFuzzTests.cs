using CloudPacs.Fhir.Editing;
using CloudPacs.Fhir.Formats;
using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Tests.Examples;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Validation;

/// <summary>
/// Examples that were damaged byte by byte: whatever comes is judged, and what is let pass can be stored, read again, rewritten, patched and
/// sent as XML. With <c>CLOUDPACS_LONG=1</c> 100,000 of them.
/// </summary>
public sealed class ValidatorFuzzTests
{
    private const int Largest = 20_000;

    private static readonly int Count = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100_000 : 5_000;

    [Fact]
    public void No_damage_makes_the_validator_fail_and_what_it_lets_pass_can_be_used()
    {
        var random = new Random(20260310);
        byte[][] examples = [.. OfficialExamples.All.Values.Where(static json => json.Length < Largest)];
        var passed = 0;
        for (var i = 0; i < Count; i++)
        {
            var damaged = Damage(examples[random.Next(examples.Length)], random);
            if (!FhirValidator.Validate(damaged).IsValid) continue;
            passed++;
            var draft = ResourceDraft.Read(damaged);
            var stamped = draft.Stamp(draft.Id ?? "x", 7, DateTimeOffset.UnixEpoch);
            Assert.Empty(FhirValidator.Validate(stamped).Problems);
            Assert.Equal(stamped, ResourceDraft.Read(stamped).Stamp(draft.Id ?? "x", 7, DateTimeOffset.UnixEpoch));
            Assert.Equal(stamped, ReferenceRewriting.Rewrite(stamped, new Dictionary<string, string>(), static _ => null));
            Assert.Empty(FhirValidator.Validate(JsonPatch.Apply(stamped, "[]"u8)).Problems);
            FhirXml.FromJson(stamped);
        }

        Assert.InRange(passed, 1, Count - 1);
    }

    private static byte[] Damage(byte[] json, Random random)
    {
        var bytes = json.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, "{}[],:\"\\0-. \n"u8[random.Next(13)]); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }
}
