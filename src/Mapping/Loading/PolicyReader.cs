using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Reads <c>policy:</c> keys into a <see cref="SenderPolicy"/>; the keys are its members.</summary>
internal sealed class PolicyReader(Diagnostics diagnostics)
{
    private static readonly Dictionary<string, Setter> Keys = new(StringComparer.Ordinal)
    {
        ["mode"] = OneOf((policy, value) => policy with { Mode = value }, "filler-feed", "placer-feed"),
        ["ignoreMshOffset"] = Flag((policy, value) => policy with { IgnoreMshOffset = value }),
        ["missingAccession"] = OneOf((policy, value) => policy with { MissingAccession = value }, "reject", "fromFiller", "fromPlacer",
            "sequence"),
        ["accessionPattern"] = Checked(
            (policy, value) => policy with { AccessionPattern = value ?? SenderPolicy.StandardAccessionPattern },
            static pattern => AccessionPattern.TryParse(pattern, out _) is not null,
            "a pattern of A-Z, 0-9, {yy} {MM} {dd} and {n:digits} that gives at most 16 characters"),
        ["missingUid"] = OneOf((policy, value) => policy with { MissingUid = value }, "derived", "random", "root", "reject"),
        ["uidRoot"] = Checked((policy, value) => policy with { UidRoot = value },
            static root => VrRules.FindProblem(root, VR.UI) is null && root.Length <= 40,
            "an OID of at most 40 characters, such as 1.2.826.0.1.3680043.10.1"),
        ["longId"] = OneOf((policy, value) => policy with { LongId = value }, "reject", "surrogate"),
        ["nameSplit"] = OneOf((policy, value) => policy with { NameSplit = value }, "keep", "lastIsFamily", "firstIsFamily",
            "commaIsFamily"),
        ["detectScript"] = Flag((policy, value) => policy with { DetectScript = value }),
        ["upsert"] = Flag((policy, value) => policy with { Upsert = value }),
        ["fullSnapshot"] = Flag((policy, value) => policy with { FullSnapshot = value }),
        ["perGroup"] = Flag((policy, value) => policy with { PerGroup = value }),
        ["shareUid"] = Flag((policy, value) => policy with { ShareUid = value }),
        ["allowNoStep"] = Flag((policy, value) => policy with { AllowNoStep = value }),
        ["useDicomModality"] = Flag((policy, value) => policy with { UseDicomModality = value }),
        ["stationAeFrom"] = Checked((policy, value) => policy with { StationAeFrom = value == "none" ? null : value },
            static from => from is "none" or "ORC-18" or "ORC-18.1", "none or ORC-18.1"),
        ["referrerFromOrder"] = Flag((policy, value) => policy with { ReferrerFromOrder = value }),
        ["staleCheck"] = Flag((policy, value) => policy with { StaleCheck = value }),
        ["duplicateWindow"] = Span((policy, value) => policy with { DuplicateWindow = value }),
        ["rememberedCancel"] = Span((policy, value) => policy with { RememberedCancel = value }),
        ["mergeRedirect"] = OneOf((policy, value) => policy with { MergeRedirect = value }, "redirect", "reject"),
        ["arrivalEvents"] = new(Events, "a list of ADT events such as [A01, A04]"),
        ["canceledAdmission"] = OneOf((policy, value) => policy with { CanceledAdmission = value }, "flag", "hold", "cancel"),
        ["dischargeDeparts"] = Flag((policy, value) => policy with { DischargeDeparts = value }),
        ["exposeNationalIds"] = Flag((policy, value) => policy with { ExposeNationalIds = value }),
        ["exposeAddress"] = Flag((policy, value) => policy with { ExposeAddress = value }),
        ["exposeTelephone"] = Flag((policy, value) => policy with { ExposeTelephone = value }),
        ["exposePhysiciansOfRecord"] = Flag((policy, value) => policy with { ExposePhysiciansOfRecord = value }),
        ["siuCreates"] = Flag((policy, value) => policy with { SiuCreates = value }),
        ["siuCancels"] = Flag((policy, value) => policy with { SiuCancels = value }),
        ["primaryAuthority"] = Text((policy, value) => policy with { PrimaryAuthority = value }),
        ["defaultAuthority"] = Authority((policy, value) => policy with { DefaultAuthority = value }),
        ["accessionAuthority"] = Authority((policy, value) => policy with { AccessionAuthority = value }),
        ["facility"] = Text((policy, value) => policy with { Facility = value }),
        ["defaultModality"] = Checked((policy, value) => policy with { DefaultModality = value },
            static code => VrRules.FindProblem(code, VR.CS) is null, "a DICOM modality such as CT"),
        ["defaultStation"] = Checked((policy, value) => policy with { DefaultStation = value },
            static title => VrRules.FindProblem(title, VR.AE) is null, "an AE title of at most 16 characters"),
        ["defaultOrderControl"] = OneOf((policy, value) => policy with { DefaultOrderControl = value }, "NW", "SC", "XO", "SN"),
    };

    private delegate SenderPolicy? Apply(SenderPolicy policy, YamlValue value);

    public static IEnumerable<string> Names => Keys.Keys;

    public SenderPolicy Read(SenderPolicy policy, YamlMap? yaml)
    {
        foreach (var entry in yaml?.Entries ?? [])
        {
            if (!Keys.TryGetValue(entry.Key.Text, out var setter))
            {
                diagnostics.Add(MapCodes.UnknownPolicy, entry.Key.At, null, $"There is no policy {entry.Key.Text}.",
                    Hints.DidYouMean(entry.Key.Text, Keys.Keys));
            }
            else if (setter.Apply(policy, entry.Value) is { } changed)
            {
                policy = changed;
            }
            else
            {
                var value = entry.Value is YamlText text ? $"'{text.Text}'" : "This";
                diagnostics.Add(MapCodes.PolicyValue, entry.Value.At, null, $"{value} is no value of the policy {entry.Key.Text}.",
                    $"It is {setter.Allowed}.");
            }
        }

        if (policy is { MissingUid: "root", UidRoot: null } && yaml?.Find("missingUid") is { } rootless)
            diagnostics.Add(MapCodes.PolicyValue, rootless.Value.At, null, "The policy missingUid: root needs a root.",
                "Set the policy uidRoot to the OID of the organisation.");
        return policy;
    }

    private static Setter Text(Func<SenderPolicy, string?, SenderPolicy> set) =>
        new((policy, value) => value is YamlText text ? set(policy, text.IsNull ? null : text.Text) : null, "a text");

    /// <summary>In the form of authorities that come with messages, so that both are the same.</summary>
    private static Setter Authority(Func<SenderPolicy, string?, SenderPolicy> set) => Checked(
        (policy, value) => set(policy, value is null ? null : IdCharacters.Normalize(value)),
        static value => IdCharacters.FindProblem(IdCharacters.Normalize(value)) is null, "a text of visible characters");

    private static Setter Checked(Func<SenderPolicy, string?, SenderPolicy> set, Func<string, bool> isValue, string allowed) =>
        new(
            (policy, value) => value is YamlText text && (text.IsNull || isValue(text.Text))
                ? set(policy, text.IsNull ? null : text.Text)
                : null,
            allowed);

    private static Setter Flag(Func<SenderPolicy, bool, SenderPolicy> set) =>
        new((policy, value) => value is YamlText text && text.AsBool() is { } flag ? set(policy, flag) : null, "true or false");

    private static Setter OneOf(Func<SenderPolicy, string, SenderPolicy> set, params string[] values) =>
        new((policy, value) => value is YamlText text && values.Contains(text.Text)
            ? set(policy, text.Text)
            : null, "one of " + string.Join(", ", values));

    private static Setter Span(Func<SenderPolicy, TimeSpan, SenderPolicy> set) =>
        new((policy, value) => value is YamlText text && ReadSpan(text.Text) is { } span
            ? set(policy, span)
            : null, "a time span such as 24h, 7d or 1.00:00:00");

    private static TimeSpan? ReadSpan(string text)
    {
        if (text.Length > 1 && text.Length < 7
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            switch (text[^1])
            {
                case 'd': return TimeSpan.FromDays(number);
                case 'h': return TimeSpan.FromHours(number);
                case 'm': return TimeSpan.FromMinutes(number);
            }
        }

        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span)
            && span >= TimeSpan.Zero ? span : null;
    }

    private static SenderPolicy? Events(SenderPolicy policy, YamlValue value)
    {
        if (value is not YamlList list || list.Items.Any(item => item is not YamlText { Text: ['A', _, _] })) return null;
        return policy with { ArrivalEvents = [.. list.Items.Select(item => ((YamlText)item).Text)] };
    }

    private sealed record Setter(Apply Apply, string Allowed);
}
