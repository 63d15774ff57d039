using CloudPacs.Hl7v2;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Messages;

/// <summary>A listener as the message pipeline sees it.</summary>
internal sealed class ListenerProfile(string name, MllpListenerSettings settings)
{
    public string Name { get; } = name;

    public MllpListenerSettings Settings { get; } = settings;

    public ParseOptions ParseOptions { get; } = new() { DefaultCharacterSet = settings.DefaultCharacterSet };
}
