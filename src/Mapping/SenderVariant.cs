using System.Text;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping;

/// <summary>The maps of a sender for one message type, or for all others. The traced form is made when it is first asked for.</summary>
internal sealed class SenderVariant(string messageType, string version, IReadOnlyList<FlatMap> flat, IReadOnlyDictionary<string,
    MapType> varTypes, FunctionTable functions, CompiledMaps maps)
{
    private readonly Lazy<CompiledMaps> _traced = new(() =>
        MapCompiler.Compile(flat, maps.Settings, varTypes, functions, new Diagnostics(), isTraced: true));

    public string MessageType { get; } = messageType;

    /// <summary>MSH-9.1; empty for the variant of all types.</summary>
    public byte[] Type { get; } = Encoding.ASCII.GetBytes(messageType.Split('^')[0]);

    public string EventText { get; } = messageType.Split('^') is [_, var trigger] ? trigger : "";

    public string Version { get; } = version;

    public IReadOnlyList<FlatMap> Flat { get; } = flat;

    public CompiledMaps Maps { get; } = maps;

    public CompiledMaps Traced => _traced.Value;
}
