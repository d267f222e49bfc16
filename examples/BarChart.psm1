# Draws a small bar chart as a PNG, so that the example needs nothing but PowerShell.

function Get-Crc32([byte[]] $Bytes) {
    # Signed arithmetic with the sign cut off after each shift: PowerShell has no unsigned literals that shift well.
    [long] $crc = 0xFFFFFFFFL
    foreach ($byte in $Bytes) {
        $crc = $crc -bxor $byte
        for ($bit = 0; $bit -lt 8; $bit++) { $crc = ($crc -band 1) ? (($crc -shr 1) -bxor 0xEDB88320L) : ($crc -shr 1) }
    }
    $crc -bxor 0xFFFFFFFFL
}

function Get-BigEndian([long] $Value) { 24, 16, 8, 0 | ForEach-Object { ($Value -shr $_) -band 255 } }

# A part of a PNG: length, type, data and checksum.
function Get-Chunk([string] $Type, [byte[]] $Data) {
    $body = [byte[]] ([System.Text.Encoding]::ASCII.GetBytes($Type) + $Data)
    (Get-BigEndian $Data.Length) + $body + (Get-BigEndian (Get-Crc32 $body))
}

<#
.SYNOPSIS
Draws values as bars, the last one in a stronger color, and writes them to a PNG file.
#>
function Export-BarChart {
    param(
        [Parameter(Mandatory)] [double[]] $Value,
        [Parameter(Mandatory)] [string] $Path,
        [ValidateRange(100, 2000)] [int] $Width = 620,
        [ValidateRange(100, 2000)] [int] $Height = 480
    )
    $paper, $soft, $strong, $ground = [byte[]] (255, 255, 255), [byte[]] (153, 203, 196), [byte[]] (15, 118, 110), [byte[]] (91, 107, 127)
    $most = [Math]::Max(1, ($Value | Measure-Object -Maximum).Maximum)
    $slot = $Width / $Value.Count

    # Few rows differ: each is drawn once for as long as the same bars reach it.
    $pixels = [System.IO.MemoryStream]::new()
    $packed = [System.IO.Compression.ZLibStream]::new($pixels, [System.IO.Compression.CompressionLevel]::Optimal)
    $last, $row = '', $null
    for ($y = 0; $y -lt $Height; $y++) {
        $level = ($Height - $y) / $Height * 1.08 * $most
        $reached = @(foreach ($one in $Value) { $one -ge $level })
        $kind = if ($y -ge $Height - 3) { 'ground' } else { $reached -join ',' }
        if ($kind -ne $last) {
            $last = $kind
            $row = [byte[]]::new(1 + 3 * $Width)
            for ($x = 0; $x -lt $Width; $x++) {
                $bar = [Math]::Min($Value.Count - 1, [int][Math]::Floor($x / $slot))
                $within = ($x - $bar * $slot) / $slot
                $color = if ($kind -eq 'ground') { $ground }
                elseif ($reached[$bar] -and $within -ge 0.18 -and $within -lt 0.82) { $bar -eq $Value.Count - 1 ? $strong : $soft }
                else { $paper }
                [Array]::Copy($color, 0, $row, 1 + 3 * $x, 3)
            }
        }
        $packed.Write($row, 0, $row.Length)
    }
    $packed.Dispose()

    $size = (Get-BigEndian $Width) + (Get-BigEndian $Height) + (8, 2, 0, 0, 0)
    $png = 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A + (Get-Chunk 'IHDR' $size) + (Get-Chunk 'IDAT' $pixels.ToArray()) + (Get-Chunk 'IEND' @())
    [System.IO.File]::WriteAllBytes($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path), [byte[]] $png)
}

Export-ModuleMember -Function Export-BarChart
