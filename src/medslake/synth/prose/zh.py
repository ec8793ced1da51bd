"""Chinese."""

from medslake.synth.prose.shared import SHARED
from medslake.synth.text import Prose, invented, listed

__all__ = listed("PROSE")

SIGNS = listed(
    "轻度口渴;夜间咳嗽;手脚发冷;食欲减退;腰背酸痛;眼睛干涩;踝部肿胀;手指僵硬;耳鸣;视物模糊;肘部瘙痒;"
    "双腿沉重;气短;盗汗;大便稀溏;头部钝痛;胸闷;足底灼热;声音嘶哑;口中发酸;肋部压痛;脚趾麻木;头晕;"
    "肌肉跳动;尿色深黄;牙龈出血;面部潮红;胃部绞痛;流泪;心悸;指甲变脆;言语缓慢;步态不稳;呃逆;流涕;"
    "膝部疼痛;体重下降"
)
SITES = listed(
    "皮肤;咽喉;左手;右臂;腹部;左耳;右足;胸部;左眼;颈部;左膝;右髋;肩部;头皮;肝脏;脾脏;膀胱;左肺;"
    "右肺;下颌;舌部;腰部;腕部;肘部;骨盆;踝部;大腿;足跟;结肠;胃部;肾脏;鼻部"
)
TESTS = listed(
    "余烬计数;芦苇试验;握力描记;叶片贴试验;肠音探测;转椅试验;晶体涂片;滴浮试验;裂隙光试验;节律条;"
    "倾斜读数;盐分检测;呼吸曲线;脉搏图;色板试验;踏步试验;冷水探查;灯影扫描;糖耐曲线;凝血计时;泪液试纸;"
    "步态影像"
)
ADJECTIVES = listed(
    "轻度;明显;严重;早期;晚期;持续;突发;渐进;短暂;局部;弥漫;疼痛性;罕见;新发;陈旧;稳定;反复;中度;"
    "细小;较大;致密;柔软;坚硬;不规则;部分;完全;慢性;急性;良性;散在;孤立;季节性"
)
NOUNS = listed(
    "肿胀;皮疹;发热;咳嗽;结节;溃疡;积液;骨折;扭伤;感染;出血;痉挛;震颤;乏力;梗阻;瘢痕;囊肿;息肉;"
    "脓肿;扩张;狭窄;增厚;沉积;阴影;杂音;破裂;萎缩;刺激;分泌物;水疱;瘀斑;结石"
)
VERBS = listed("缓解了;加重了;延缓了;改变了;改善了;掩盖了;诱发了;控制了;缩短了;延长了;恢复了;抑制了;增强了;减弱了;预防了;伴随着")
PEOPLE = listed("教师;面包师;水手;园丁;职员;裁缝;学生;退休飞行员;农民;护士;木匠;司机;陶工;厨师;渔民;画家;邮递员;护林员;养蜂人;舞者")
TIMES = [f"{n}{u}后" for n in "两三四五六七八九十" for u in ("天", "周", "个月", "小时")]
NAMES = invented(
    "zh",
    400,
    "马 泰 奥 林 布 哈 奎 费 艾 卡 瓦 德 乌 泽 波 基 萨 杰 沃 诺",
    "洛 塞 斯 登 伦 尔 兰 里 弗 德",
    "尔 斯 登 南 沃 兰 里 特 姆 恩",
)
DISEASES = tuple(
    f"{name}{kind}"
    for at, name in enumerate(NAMES)
    for kind in (["热", "咳", "病", "疹", "绞痛", "眩晕", "贫血", "综合征", "炎", "水肿"][at % 10],)
)
DRUGS = invented("zhd", 300, "维 科 奈 多 舒 匹 他 伊 卢 瑞 马 佐", "拉 里 米 拉 派 雷 莫 奈 托", "林 洛尔 凡 齐 坦 司特 仑 德 平 单抗")

PROSE = Prose(
    slots={**SHARED, "drug": DRUGS, "sign": SIGNS, "site": SITES, "test": TESTS, "adj": ADJECTIVES, "noun": NOUNS, "verb": VERBS}
    | {"person": [f"{age}岁{one}" for one in PEOPLE for age in range(19, 90, 3)], "time": TIMES, "disease": DISEASES, "name": NAMES},
    templates=(
        "{person}因{sign}和{site}{adj}{noun}就诊。",
        "{test}结果为{value}，{site}可见{adj}{noun}。",
        "{drug}{verb}{num}名{disease}患者中{num}名的{noun}。",
        "{time}，{sign}与{sign}减轻，{site}仍有{adj}{noun}。",
        "{name}医生给予{drug}{mg}，{time}{noun}消退。",
        "{site}未见{adj}{noun}，但{sign}再次出现。",
        "{disease}患者的{gene}水平为{value}，并{verb}{sign}。",
        "我们询问了{num}名{disease}患者的{sign}、{sign}和{noun}。",
        "{site}的{adj}{noun}大小为{value}毫米，{time}复查。",
        "服用{drug}{time}，{test}由{value}降至{value}。",
        "第{code}组使用{drug}，第{code}组使用{drug}{mg}。",
        "{gene}{verb}{site}中的{gene}，因此{sign}{adj}。",
        "{num}份样本中有{num}份含{gene}，伴{site}{noun}。",
        "{person}患{disease}，{time}改用{drug}{mg}。",
        "报告{code}提示{disease}伴{sign}，建议行{test}。",
        "因{adj}{noun}停用{drug}，{time}换用{drug}。",
    ),
    stop="。",
)
