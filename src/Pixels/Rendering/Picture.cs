namespace CloudPacs.Pixels.Rendering;

/// <summary>What is seen: 8 bits a sample, one sample a pixel for grey and three for RGB.</summary>
internal sealed record Picture(int Width, int Height, int Samples, byte[] Bytes);
