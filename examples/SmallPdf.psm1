# Writes small PDF files of plain text, so that examples have something to read.

<#
.SYNOPSIS
Writes a PDF of A4 pages. A page is a list of lines from top to bottom, or of 'x y text' with places in points from the
lower left corner.
#>
function Export-SmallPdf {
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [object[]] $Page
    )
    $objects = [System.Collections.Generic.List[string]]::new()
    $count = $Page.Count
    $objects.Add('<</Type/Catalog/Pages 2 0 R>>')
    $objects.Add("<</Type/Pages/Count $count/Kids[$((0..($count - 1) | ForEach-Object { "$(4 + 2 * $_) 0 R" }) -join ' ')]>>")
    $objects.Add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>')
    foreach ($lines in $Page) {
        $y = 800
        $content = (@($lines) | ForEach-Object {
                if ($_ -match '^(\d+) (\d+) (.*)$') { "BT /F 11 Tf $($Matches[1]) $($Matches[2]) Td ($($Matches[3])) Tj ET" } elseif ($_) { $y -= 20; "BT /F 11 Tf 40 $y Td ($_) Tj ET" }
            }) -join "`n"
        $objects.Add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents $($objects.Count + 2) 0 R>>")
        $objects.Add("<</Length $($content.Length)>>stream`n$content`nendstream")
    }
    $text = [System.Text.StringBuilder]::new("%PDF-1.4`n")
    $offsets = foreach ($i in 0..($objects.Count - 1)) { $text.Length; $null = $text.Append("$($i + 1) 0 obj$($objects[$i])`nendobj`n") }
    $start = $text.Length
    $null = $text.Append("xref`n0 $($objects.Count + 1)`n0000000000 65535 f `n")
    foreach ($offset in $offsets) { $null = $text.AppendFormat("{0:0000000000} 00000 n `n", $offset) }
    $null = $text.Append("trailer<</Root 1 0 R/Size $($objects.Count + 1)>>`nstartxref`n$start`n%%EOF")
    [System.IO.File]::WriteAllText($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path), $text.ToString(), [System.Text.Encoding]::Latin1)
}

Export-ModuleMember -Function Export-SmallPdf
