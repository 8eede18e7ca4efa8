"""What can be wrong with a record, with the keys that it is signed with, and with what is to be recorded.

Family H9, from H930 on. A record of which one of these is said is not used: nothing of it is unpacked, run or believed.
"""

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen


@frozen
class TornRecord(Diagnostic):
    code = "H930"
    title = "記録（.haitenrun）として読めません: {reason}"
    help = "haiten が書いたままのファイルを、もう一度受け取ってください。"
    reason: str


@frozen
class OddMembers(Diagnostic):
    code = "H931"
    title = "記録の部品が、あるべきものと違います: {reason}"
    help = "記録には、目録にある部品だけが、1つずつ入ります。書かれた後に変えられた記録は使いません。"
    reason: str


@frozen
class TooMuchPacked(Diagnostic):
    code = "H932"
    title = "記録が限度を超えています: {reason}"
    help = "haiten が書く記録は、この限度を超えません。中身は開いていません。"
    reason: str


@frozen
class OddManifest(Diagnostic):
    code = "H933"
    title = "記録の目録（manifest.json）が、この版の形ではありません: {reason}"
    help = "「haiten schema record」が形です。ほかの版の記録は、その版の haiten で確かめてください。"
    reason: str


@frozen
class ChangedMember(Diagnostic):
    code = "H934"
    title = "記録の部品 {name} が、目録に書かれたものではありません（{reason}）"
    help = "壊れたか、書かれた後に変えられています。元の記録をもう一度受け取ってください。"
    name: str
    reason: str


@frozen
class NotSigned(Diagnostic):
    code = "H935"
    title = "記録に署名がありません（--trusted では、署名のある記録だけを認めます）"
    help = "作った人に「--sign 鍵」を付けて作り直してもらうか、--trusted を外して中身だけを確かめてください。"


@frozen
class UnknownKey(Diagnostic):
    code = "H936"
    title = "記録に署名した鍵 {key} は、認めた鍵（{trusted}）にありません"
    help = "署名した人に公開鍵の指紋をほかの方法で聞き、確かめてから、公開鍵の行をそのファイルに加えてください。"
    key: str
    trusted: str


@frozen
class BadSignature(Diagnostic):
    code = "H937"
    title = "記録の署名が、この目録への署名ではありません: {reason}"
    help = "ほかの記録から移されたか、署名の後に変えられています。"
    reason: str


@frozen
class UnusableKey(Diagnostic):
    code = "H938"
    title = "鍵のファイルを使えません: {reason}"
    help = "署名の鍵は「haiten keygen 名」で作ります。--sign に渡します。--trusted には、.pub の行を集めます。"
    reason: str


@frozen
class OtherResult(Diagnostic):
    code = "H939"
    title = "今の版でやり直した結果が、記録と違います: {where}"
    help = "{change}"
    where: str
    change: str


@frozen
class NotRecordable(Diagnostic):
    code = "H940"
    title = "記録にできません: {reason}"
    help = "{remedy}"
    reason: str
    remedy: str


@frozen
class LostRecord(Diagnostic):
    code = "H941"
    title = "元になる記録（{command}、目録の SHA-256 {record}）が、{folder} にありません"
    help = "元の記録を同じフォルダに置くか、「--records フォルダ」で指定してください。--alone なら確かめません。"
    command: str
    record: str
    folder: str


@frozen
class NotConnected(Diagnostic):
    code = "H942"
    title = "「{record}」の記録と、このコマンドが読むものとに、つながりがありません"
    help = (
        "--based-on には、同じ事実を読んだ記録か、FACTS や --previous に渡すファイルを書いたときの記録を渡します。"
        "score や allocate に「--to 得点.csv --record 名.haitenrun」と書けば、両方が一度にできます。"
    )
    record: str
