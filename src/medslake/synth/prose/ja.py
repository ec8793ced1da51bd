"""Japanese."""

from medslake.synth.prose.shared import SHARED
from medslake.synth.text import Prose, invented, listed

__all__ = listed("PROSE")

SIGNS = listed(
    "軽い口渇;夜間の咳;手足の冷え;食欲低下;背部痛;目の乾き;足首の腫れ;指のこわばり;耳鳴り;かすみ目;"
    "肘のかゆみ;脚の重さ;息切れ;寝汗;軟便;鈍い頭痛;胸の圧迫感;足の灼熱感;かすれ声;酸味;肋骨の圧痛;"
    "足趾のしびれ;めまい;筋のぴくつき;濃い尿;歯肉出血;ほてり;胃痛;流涙;動悸;もろい爪;歩行のふらつき;"
    "しゃっくり;鼻水;膝の痛み;体重減少"
)
SITES = listed(
    "皮膚;咽頭;左手;右腕;腹部;左耳;右足;胸部;左眼;頸部;左膝;右股関節;肩;頭皮;肝臓;脾臓;膀胱;左肺;"
    "右肺;下顎;舌;腰部;手首;肘;骨盤;足首;大腿;踵;結腸;胃;腎臓;鼻"
)
TESTS = listed(
    "燠火計数;葦試験;握力描記;葉貼付試験;腸音測定;回転椅子試験;結晶塗抹;滴浮遊試験;細隙光試験;律動記録;"
    "傾斜測定;塩分検査;呼吸曲線;脈拍図;色板試験;踏台試験;冷水検査;灯影検査;糖曲線;凝固計時"
)
ADJECTIVES = listed(
    "軽度の;著明な;重度の;早期の;晩期の;持続する;突然の;緩徐な;短い;限局した;びまん性の;痛みを伴う;"
    "まれな;新しい;陳旧性の;安定した;再発性の;中等度の;小さな;大きな;密な;柔らかい;硬い;不整な;"
    "部分的な;慢性の;急性の;良性の"
)
NOUNS = listed(
    "腫脹;発疹;発熱;咳;結節;潰瘍;貯留液;骨折;捻挫;感染;出血;痙攣;振戦;脱力;閉塞;瘢痕;嚢胞;"
    "ポリープ;膿瘍;拡張;狭窄;肥厚;沈着;陰影;雑音;破裂;萎縮;刺激;分泌物;水疱"
)
VERBS = listed(
    "軽減した;悪化させた;遅らせた;変えた;改善した;隠した;誘発した;抑えた;短縮した;延長した;回復させた;抑制した;強めた;弱めた;予防した"
)
PEOPLE = listed(
    "教師;パン職人;船員;庭師;事務員;仕立屋;学生;元操縦士;農夫;看護師;大工;運転手;陶工;料理人;漁師;画家;郵便配達員;森林官;養蜂家;踊り手"
)
TIMES = [f"{n}{u}後" for n in "二三四五六七八九十" for u in ("日", "週間", "か月", "時間")]
NAMES = invented(
    "ja",
    400,
    "マー テッ オス リン ブレ ハル クィ フェ アイ キャ ヴァ ドロ ウル ゼ ポル キル サー ジェ",
    "ロ セ ス デ レ ヴ ラ リ",
    "ウ ル カー ン ナン ヴォル ラン リス バース デル マー",
)
DISEASES = tuple(
    f"{name}{['熱', '咳', '病', '疹', '疝痛', '眩暈', '貧血', '症候群', '炎', '浮腫'][at % 10]}" for at, name in enumerate(NAMES)
)
DRUGS = invented(
    "jad",
    300,
    "ベラ コリ ネミ ドラ スル ピレ タモ アイ ルミ レス マル ゾ",
    "ラ リ ミ レ モ ネ ト バ",
    "トリン モール バン ジル キサン ラスト レーン ネル ドリン トロール",
)

PROSE = Prose(
    slots={**SHARED, "drug": DRUGS, "sign": SIGNS, "site": SITES, "test": TESTS, "adj": ADJECTIVES, "noun": NOUNS, "verb": VERBS}
    | {"person": [f"{age}歳の{one}" for one in PEOPLE for age in range(19, 90, 3)], "time": TIMES, "disease": DISEASES, "name": NAMES},
    templates=(
        "{person}が{sign}と{site}の{adj}{noun}で受診した。",
        "{test}は{value}で、{site}に{adj}{noun}を認めた。",
        "{drug}は{disease}の患者{num}名中{num}名の{noun}を{verb}。",
        "{time}に{sign}と{sign}は消え、{site}に{adj}{noun}が残った。",
        "{name}医師は{drug}を{mg}投与し、{time}に{noun}は消えた。",
        "{site}に{adj}{noun}はなく、{sign}が再び現れた。",
        "{disease}では{gene}が{value}となり、{sign}を{verb}。",
        "{disease}の患者{num}名に{sign}、{sign}、{noun}を尋ねた。",
        "{site}の{adj}{noun}は{value}ミリで、{time}に再検した。",
        "{drug}の{time}、{test}は{value}から{value}に下がった。",
        "{code}群は{drug}、{code}群は{drug}を{mg}服用した。",
        "{gene}は{site}の{gene}を抑え、{sign}を{verb}。",
        "{num}検体のうち{num}検体に{gene}と{site}の{noun}があった。",
        "{person}は{disease}のため{time}に{drug}{mg}へ変更した。",
        "報告{code}は{sign}を伴う{disease}を示し、{test}を勧めた。",
    ),
    stop="。",
)
